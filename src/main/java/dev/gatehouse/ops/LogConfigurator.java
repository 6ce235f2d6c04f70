package dev.gatehouse.ops;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * How the log looks before a command has said otherwise: warnings, to standard error. Logback finds it as a service. Whoever brings a
 * {@code logback.xml} or {@code -Dlogback.configurationFile} of their own wins.
 */
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var ownFile = new DefaultJoranConfigurator();
        ownFile.setContext(context);
        var found = ownFile.configure(context);
        if (found == ExecutionStatus.INVOKE_NEXT_IF_ANY) LogOutput.quiet(context);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
