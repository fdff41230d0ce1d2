package org.kvdock.cli.workload;

import java.util.List;
import java.util.stream.IntStream;

/**
 * Who takes which request among several prefill and several decode hosts: both sides in turn, in the order of the
 * requests. A prefill host's requests go to each decode host in turn, so every pair of hosts has work.
 *
 * <p>Everybody who must know where a request goes asks here: the prefill hosts which requests are theirs, their store
 * policy which adapter gets one, the proxy which decode host to hand it to. In a real deployment the proxy decides and
 * the decision travels with the request.
 *
 * @param prefills prefill hosts, at least 1
 * @param decodes decode hosts, at least 1
 */
public record Routes(int prefills, int decodes) {
    /** One host on each side. */
    public static final Routes PAIR = new Routes(1, 1);

    /**
     * @param line a request's number, from 1
     * @return the prefill host that takes it, from 0
     */
    public int prefill(int line) {
        return (line - 1) % prefills;
    }

    /**
     * @param line a request's number, from 1
     * @return the decode host that it goes to, from 0
     */
    public int decode(int line) {
        return position(line) % decodes;
    }

    /**
     * @param line a request's number, from 1
     * @return which of its prefill host's requests it is, from 0
     */
    public int position(int line) {
        return (line - 1) / prefills;
    }

    /** @return what each prefill host takes, in the order of the hosts */
    public List<Workload> prefillShares(Workload whole) {
        return shares(whole, prefills, true);
    }

    /** @return what each decode host gets, in the order of the hosts */
    public List<Workload> decodeShares(Workload whole) {
        return shares(whole, decodes, false);
    }

    private List<Workload> shares(Workload whole, int hosts, boolean prefill) {
        return IntStream.range(0, hosts)
                .mapToObj(host -> Workload.of(whole.source(), whole.requests().stream()
                        .filter(request -> host == (prefill ? prefill(request.line()) : decode(request.line())))
                        .toList()))
                .toList();
    }

    /** @return the names of the prefill hosts, in order */
    public List<String> prefillNames() {
        return names("prefill", prefills);
    }

    /** @return the names of the decode hosts, in order */
    public List<String> decodeNames() {
        return names("decode", decodes);
    }

    /** @return the names of a prefill host's adapters, one for each decode host, in order */
    public List<String> adapterNames() {
        return names("pd", decodes);
    }

    private static List<String> names(String name, int count) {
        return count == 1 ? List.of(name) : IntStream.rangeClosed(1, count).mapToObj(i -> name + "-" + i).toList();
    }
}
