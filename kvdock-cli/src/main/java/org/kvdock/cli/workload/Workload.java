package org.kvdock.cli.workload;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Requests in the order in which they are taken. Immutable.
 *
 * @param source where it comes from, for people
 * @param requests request n has line n + 1
 * @param references blocks of all requests together
 * @param distinctBlocks different block ids
 * @param longest blocks of the longest request
 */
public record Workload(String source, List<Request> requests, long references, int distinctBlocks, int longest) {
    public Workload {
        requests = List.copyOf(requests);
    }

    static Workload of(String source, List<Request> requests) {
        Set<Long> distinct = new HashSet<>();
        long references = 0;
        int longest = 0;
        for (Request request : requests) {
            references += request.size();
            longest = Math.max(longest, request.size());
            for (int i = 0; i < request.size(); i++) {
                distinct.add(request.block(i));
            }
        }
        return new Workload(source, requests, references, distinct.size(), longest);
    }
}
