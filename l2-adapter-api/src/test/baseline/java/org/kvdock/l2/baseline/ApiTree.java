package org.kvdock.l2.baseline;

import aQute.bnd.differ.Baseline;
import aQute.bnd.differ.DiffPluginImpl;
import aQute.bnd.header.Parameters;
import aQute.bnd.osgi.Analyzer;
import aQute.bnd.osgi.Clazz;
import aQute.bnd.osgi.Descriptors.TypeRef;
import aQute.bnd.osgi.Instructions;
import aQute.bnd.osgi.Jar;
import aQute.bnd.osgi.Processor;
import aQute.bnd.service.diff.Delta;
import aQute.bnd.service.diff.Tree;
import aQute.bnd.service.diff.Type;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Everything of the exported packages that another bundle can see, as bnd's baseline compares it, and as text: one line
 * for each element, indented by its depth, with what it means to add it and to remove it.
 *
 * @param exports the export clauses, with the packages' versions
 * @param api the packages and all below them
 */
record ApiTree(String exports, Tree.Data api) {
    private static final DiffPluginImpl DIFFER = new DiffPluginImpl();

    /**
     * @param bundle a jar or a directory, with its manifest
     * @return its API; what it inherits from the JDK is left out, since it depends on the JDK that asks
     */
    static ApiTree of(File bundle) throws Exception {
        try (Jar jar = new Jar(bundle)) {
            return of(jar);
        }
    }

    /** As {@link #of(File)}; leaves the jar open. */
    static ApiTree of(Jar jar) throws Exception {
        try (Analyzer analyzer = new Analyzer() {
            @Override
            public Clazz findClass(TypeRef type) throws Exception {
                return type.isJava() ? null : super.findClass(type);
            }
        }) {
            analyzer.setJar(new Jar("api"));
            analyzer.getJar().addAll(jar);
            analyzer.getJar().setManifest(jar.getManifest());
            String exports = jar.getManifest().getMainAttributes().getValue("Export-Package");
            analyzer.setProperties(new Properties());
            analyzer.setProperty("Export-Package", exports);
            analyzer.analyze();
            return new ApiTree(exports, DIFFER.tree(analyzer).get("<api>").serialize());
        }
    }

    /** @return what changed since an older one, package by package; also below version 1, where bnd would let all pass */
    List<Baseline.Info> since(ApiTree older) throws Exception {
        try (Processor reporter = new Processor()) {
            reporter.setProperty("-baselineincludezeromajor", "true");
            return List.copyOf(new Baseline(reporter, DIFFER)
                    .baseline(
                            bundle(), new Parameters(exports), older.bundle(), new Parameters(older.exports),
                            new Instructions("*")));
        }
    }

    private Tree bundle() throws Exception {
        Tree.Data root = data(Type.BUNDLE, Delta.MINOR, Delta.MAJOR, "<bundle>");
        Tree.Data manifest = data(Type.MANIFEST, Delta.CHANGED, Delta.CHANGED, "<manifest>");
        Tree.Data resources = data(Type.RESOURCES, Delta.CHANGED, Delta.CHANGED, "<resources>");
        root.children = new Tree.Data[] {api, manifest, resources};
        return DIFFER.deserialize(root);
    }

    private static Tree.Data data(Type type, Delta add, Delta remove, String name) {
        Tree.Data data = new Tree.Data();
        data.type = type;
        data.add = add;
        data.rem = remove;
        data.name = name;
        data.children = new Tree.Data[0];
        return data;
    }

    /** @return the exports, then the tree */
    List<String> toLines() {
        List<String> lines = new ArrayList<>();
        lines.add(exports);
        write(api, "", lines);
        return lines;
    }

    private static void write(Tree.Data element, String indent, List<String> lines) {
        lines.add(indent + element.type + ' ' + element.add + ' ' + element.rem + ' ' + element.name);
        for (Tree.Data child : element.children) {
            write(child, indent + ' ', lines);
        }
    }

    /** @return what {@link #toLines()} wrote */
    static ApiTree parse(List<String> lines) {
        int[] next = {1};
        return new ApiTree(lines.get(0), read(lines, next, 0));
    }

    private static Tree.Data read(List<String> lines, int[] next, int depth) {
        String[] parts = lines.get(next[0]++).strip().split(" ", 4);
        Tree.Data element = data(Type.valueOf(parts[0]), Delta.valueOf(parts[1]), Delta.valueOf(parts[2]), parts[3]);
        List<Tree.Data> children = new ArrayList<>();
        while (next[0] < lines.size() && depthOf(lines.get(next[0])) > depth) {
            children.add(read(lines, next, depth + 1));
        }
        element.children = children.toArray(Tree.Data[]::new);
        return element;
    }

    private static int depthOf(String line) {
        return line.length() - line.stripLeading().length();
    }
}
