package org.kvdock.host.osgi;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/**
 * What configuration tools show for {@code org.kvdock.host}. Read by bnd only: two underscores in a method's name are one
 * in the key. Bounds are checked, and named in the message, by {@link org.kvdock.host.HostSettings}.
 */
@ObjectClassDefinition(name = "kvdock host", description = "L1, controllers, and the dock for adapters")
@interface HostConfig {
    @AttributeDefinition(description = "most chunks in L1; 0: no bound")
    long l1__max__objects() default 0;

    @AttributeDefinition(description = "most bytes of memory for L1; 0: no bound but the system's")
    long l1__max__bytes() default 0;

    @AttributeDefinition(description = "memory that L1 takes at a time")
    int l1__slab__bytes() default 32 << 20;

    @AttributeDefinition(description = "most bytes of any one cache salt; 0: no bound")
    long l1__salt__quota__bytes() default 0;

    @AttributeDefinition(required = false, description = "quotas of single salts: salt=bytes, salt=bytes, ...")
    String l1__salt__quotas() default "";

    @AttributeDefinition(description = "percent of the bounds from which L1 is evicted in the background; 100: off")
    int l1__high__watermark() default 100;

    @AttributeDefinition(description = "percent down to which it is evicted")
    int l1__low__watermark() default 90;

    @AttributeDefinition(description = "how long prefetched chunks stay locked")
    long read__lease__ms() default 600_000;

    @AttributeDefinition(description = "how long a request may be written")
    long write__lease__ms() default 300_000;

    @AttributeDefinition(description = "how long pins last that nobody ends")
    long pin__lease__ms() default 600_000;

    @AttributeDefinition(description = "requests being written or stored")
    int max__stores__in__flight() default 1 << 16;

    @AttributeDefinition(description = "prefetches at work at the same time")
    int max__prefetches__in__flight() default 64;

    @AttributeDefinition(description = "prefetches waiting their turn")
    int max__prefetches__waiting() default 1 << 16;

    @AttributeDefinition(description = "how long an adapter may still answer a lookup when others have it all")
    long lookup__grace__ms() default 50;

    @AttributeDefinition(description = "time for a leaving adapter before it is closed")
    int drain__ms() default 900;
}
