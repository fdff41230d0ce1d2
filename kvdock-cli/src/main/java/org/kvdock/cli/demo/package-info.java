/** The main job: two hosts as two processes, one workload through both, every byte verified, everything counted. */
package org.kvdock.cli.demo;
