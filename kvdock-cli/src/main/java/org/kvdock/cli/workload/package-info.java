/** What the demo replays: requests, each a list of KV block ids, from a trace or from a seed; and the blocks' bytes. */
package org.kvdock.cli.workload;
