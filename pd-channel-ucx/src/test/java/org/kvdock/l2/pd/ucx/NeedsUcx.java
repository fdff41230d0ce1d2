package org.kvdock.l2.pd.ucx;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skipped, saying what to install, where this machine has no UCX that is let through. */
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsUcx.Gate.class)
public @interface NeedsUcx {
    /** Asks the product's own gate. */
    final class Gate implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return UcxGate.here().obstacle()
                    .map(ConditionEvaluationResult::disabled)
                    .orElse(ConditionEvaluationResult.enabled("UCX is here"));
        }
    }
}
