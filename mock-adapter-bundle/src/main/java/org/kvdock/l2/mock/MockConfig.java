package org.kvdock.l2.mock;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What configuration tools show for {@value MockComponent#PID}. Read by bnd only: two underscores in a method's name are
 * one in the key. Bounds are checked, and named in the message, by {@link MockSettings}.
 */
@ObjectClassDefinition(name = "kvdock mock adapter", description = "L2 in this process's own memory, with a fault injector")
@interface MockConfig {
    @AttributeDefinition(description = "the adapter instance's name")
    String name();

    @AttributeDefinition(type = AttributeType.DOUBLE, description = "what it holds at the most, in GiB")
    double max__size__gb() default 1;

    @AttributeDefinition(description = "speed of its link in GiB/s, 0 for no limit")
    double mock__bandwidth__gb() default 0;

    @AttributeDefinition(description = "what the faults are drawn from")
    long seed() default 0;

    @AttributeDefinition(description = "tasks that latency, failures and stuck mode befall: all, store, lookup, load")
    String fault__kinds() default "all";

    @AttributeDefinition(description = "mean extra time of a task")
    double latency__ms() default 0;

    @AttributeDefinition(description = "how the extra time is spread: fixed, uniform, exponential, long_tail")
    String latency__shape() default "fixed";

    @AttributeDefinition(description = "longest extra time of a task")
    long latency__most__ms() default 60_000;

    @AttributeDefinition(description = "share of tasks that fail")
    double failure__rate() default 0;

    @AttributeDefinition(description = "share of tasks in which the worker throws an Error")
    double error__rate() default 0;

    @AttributeDefinition(description = "tasks never complete before their deadline")
    boolean stuck() default false;

    @AttributeDefinition(required = false, description = "positions in each load's list that are not loaded")
    int[] load__gap__indexes() default {};

    @AttributeDefinition(description = "share of each load's list, from its end, that is not loaded")
    double load__gap__tail__ratio() default 0;

    @AttributeDefinition(description = "share of all keys that no load gives")
    double load__gap__rate() default 0;

    @AttributeDefinition(description = "accepted tasks whose result was not fetched")
    int max__tasks__in__flight() default 4096;

    @AttributeDefinition(description = "bytes of accepted tasks that have not completed")
    long max__bytes__in__flight() default 1 << 30;

    @AttributeDefinition(description = "longest chunk in bytes")
    int max__object__bytes() default 64 << 20;

    @AttributeDefinition(description = "most keys in one task")
    int max__keys__per__task() default 4096;

    @AttributeDefinition(description = "deadline of a store")
    long store__timeout__ms() default 30_000;

    @AttributeDefinition(description = "deadline of a lookup")
    long lookup__timeout__ms() default 5_000;

    @AttributeDefinition(description = "deadline of a load")
    long load__timeout__ms() default 30_000;

    @AttributeDefinition(description = "how long close waits before it cancels")
    long close__grace__ms() default 3_000;

    @AttributeDefinition(description = "how long an object stays locked at the most")
    long lock__lease__ms() default 300_000;

    @AttributeDefinition(description = "threads that move bytes")
    int workers() default 2;
}
