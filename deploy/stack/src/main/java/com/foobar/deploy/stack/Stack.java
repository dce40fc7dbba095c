package com.foobar.deploy.stack;

import com.foobar.deploy.stack.console.Console;
import com.foobar.deploy.stack.console.StatusTable;
import com.foobar.deploy.stack.control.Commands;
import com.foobar.deploy.stack.data.DataDirectory;
import com.foobar.deploy.stack.data.Secrets;
import com.foobar.deploy.stack.database.ClusterDirectories;
import com.foobar.deploy.stack.database.DatabaseProgram;
import com.foobar.deploy.stack.database.MariaDbPrograms;
import com.foobar.deploy.stack.failure.StackFailure;
import com.foobar.deploy.stack.plan.PlannedInstance;
import com.foobar.deploy.stack.plan.StackPlan;
import com.foobar.deploy.stack.plan.Tier;
import com.foobar.deploy.stack.process.Instance;
import com.foobar.deploy.stack.process.InstanceReport;
import com.foobar.deploy.stack.process.InstanceState;
import com.foobar.deploy.stack.process.LogFile;
import com.foobar.deploy.stack.process.RunMark;
import com.foobar.deploy.stack.service.ApiProbe;
import com.foobar.deploy.stack.service.ServiceJars;
import com.foobar.deploy.stack.service.ServiceProgram;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The instances of one run: starts all of them, does what is asked of one of them, stops all of them. Thread-safe. */
final class Stack implements Commands {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration INSTANCE_START_LIMIT = Duration.ofMinutes(1);
    /** All tiers together have to be down within 10 s. */
    private static final Duration STOP_LIMIT = Duration.ofMillis(8500);

    private static final Duration INSTANCE_STOP_LIMIT = Duration.ofSeconds(4);
    private static final long POLL_MILLIS = 50;
    private static final int TAIL = 15;

    private final StackPlan plan;
    private final DataDirectory data;
    private final Secrets secrets;
    private final RunMark mark;
    private final Console console;
    private final ServiceJars jars;
    /** Guarded by itself. In the order of the plan. */
    private final Map<String, Instance> instances = new LinkedHashMap<>();

    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean stopping;

    Stack(StackPlan plan, DataDirectory data, RunMark mark, ServiceJars jars, Console console) {
        this.plan = plan;
        this.data = data;
        this.secrets = new Secrets(data);
        this.mark = mark;
        this.jars = jars;
        this.console = console;
    }

    /**
     * Starts everything at once and waits until all of it is ready. The services are started while the databases are being
     * made: they wait for what they need.
     *
     * @return false when it has been stopped meanwhile
     * @throws StackFailure when an instance cannot be started, with the end of its log
     */
    boolean start() throws InterruptedException {
        ClusterDirectories.requireSecrets(data, secrets);
        for (PlannedInstance planned : plan.instances()) {
            if (planned.tier() != Tier.DATABASE) {
                ServiceProgram program = new ServiceProgram(planned, plan, jars, data, secrets);
                add(new Instance(planned.name(), program, new LogFile(data.log(planned.name())), mark, console));
            }
        }
        startAdded();
        MariaDbPrograms programs = MariaDbPrograms.unpackedInto(
                MariaDbPrograms.cache(),
                () -> console.say("unpacking MariaDB into " + MariaDbPrograms.cache() + " (once)"));
        List<PlannedInstance> servers = plan.tier(Tier.DATABASE);
        List<String> names = servers.stream().map(PlannedInstance::name).toList();
        ClusterDirectories directories = new ClusterDirectories(data, secrets, programs, mark);
        if (!directories.exist()) {
            console.say("creating the databases");
            directories.create(names);
        }
        directories.check(names);
        for (PlannedInstance planned : servers) {
            DatabaseProgram program = new DatabaseProgram(planned, servers.get(0), data, programs, secrets);
            add(new Instance(planned.name(), program, new LogFile(data.log(planned.name())), mark, console));
        }
        startAdded();
        return awaitReady();
    }

    /** Returns when {@link #stop} is through. */
    void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /** Keeps log files from growing without end. */
    void rotateLogs() {
        for (Instance instance : all()) {
            try {
                instance.log().rotate();
            } catch (IOException e) {
                console.say(instance.name() + ": its log cannot be moved aside: " + e);
            }
        }
    }

    @Override
    public Status status() {
        StatusTable table = new StatusTable();
        Instant now = Instant.now();
        boolean allReady = true;
        for (PlannedInstance planned : plan.instances()) {
            InstanceReport report = report(planned.name());
            allReady &= report.state() == InstanceState.READY;
            table.add(planned, report, now);
        }
        return new Status(allReady, table.toString());
    }

    @Override
    public String addresses() {
        return plan.tier(Tier.LOAD_BALANCER).stream()
                .map(balancer -> "https://localhost:" + balancer.port("https"))
                .collect(Collectors.joining(" "));
    }

    @Override
    public String stop() {
        synchronized (stopped) {
            if (stopped.getCount() == 0) {
                return "stopped";
            }
            synchronized (instances) {
                // From here on nothing is started.
                stopping = true;
            }
            console.stopping();
            long began = System.nanoTime();
            console.say("stopping");
            for (Tier tier : Tier.values()) {
                stop(tier, STOP_LIMIT.minusNanos(System.nanoTime() - began));
            }
            mark.processes().forEach(ProcessHandle::destroyForcibly);
            String done = "stopped after %.1f s".formatted((System.nanoTime() - began) / 1e9);
            console.say(done);
            stopped.countDown();
            return done;
        }
    }

    @Override
    public String kill(String name) {
        Instance instance = instance(name);
        if (instance.report().state().isDown()) {
            throw new StackFailure(name + " is " + instance.report().state() + " already");
        }
        instance.kill();
        return name + " killed; it stays down until: deploy/up start " + name;
    }

    @Override
    public String start(String name) {
        Instance instance = instance(name);
        start(instance);
        return awaitReady(instance);
    }

    @Override
    public String restart(String name) {
        Instance instance = instance(name);
        instance.stop(INSTANCE_STOP_LIMIT);
        start(instance);
        return awaitReady(instance);
    }

    private String awaitReady(Instance instance) {
        try {
            InstanceReport report = instance.awaitReady(INSTANCE_START_LIMIT);
            if (report.state() == InstanceState.READY) {
                return "%s ready after %.1f s"
                        .formatted(report.name(), report.readyAfter().toMillis() / 1000.0);
            }
            throw new StackFailure(failure(instance, report));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StackFailure("interrupted while waiting for " + instance.name(), e);
        }
    }

    private boolean awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        ApiProbe api = new ApiProbe(plan);
        while (!stopping) {
            boolean allReady = true;
            for (Instance instance : all()) {
                InstanceReport report = instance.report();
                if (report.state().isDown() && !stopping) {
                    throw new StackFailure(failure(instance, report));
                }
                allReady &= report.state() == InstanceState.READY;
            }
            if (allReady && api.answers()) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                throw new StackFailure("not everything is ready after " + START_LIMIT.toSeconds() + " s:\n"
                        + status().text() + "logs are in " + data.logs());
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private String failure(Instance instance, InstanceReport report) {
        String tail;
        try {
            tail = String.join("\n    ", instance.log().tail(TAIL));
        } catch (IOException e) {
            tail = "(cannot be read: " + e + ")";
        }
        return report.name() + " is " + report.state() + (report.detail().isEmpty() ? "" : ": " + report.detail())
                + "\n  the end of " + instance.log().path() + ":\n    " + tail;
    }

    /** Stops the instances of a tier at the same time; of the databases, the replicas before the primary. */
    private void stop(Tier tier, Duration left) {
        List<PlannedInstance> planned = plan.tier(tier);
        if (tier == Tier.DATABASE) {
            Duration half = left.dividedBy(2);
            stop(planned.subList(1, planned.size()), half);
            stop(planned.subList(0, 1), half);
        } else {
            stop(
                    planned,
                    INSTANCE_STOP_LIMIT.compareTo(left.dividedBy(2)) < 0 ? INSTANCE_STOP_LIMIT : left.dividedBy(2));
        }
    }

    private void stop(List<PlannedInstance> planned, Duration limit) {
        ExecutorService executor = Executors.newFixedThreadPool(planned.size());
        for (PlannedInstance one : planned) {
            executor.execute(() -> find(one.name()).ifPresent(instance -> instance.stop(limit)));
        }
        executor.shutdown();
        try {
            if (!executor.awaitTermination(limit.toMillis() + 1000, TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private void add(Instance instance) {
        synchronized (instances) {
            instances.put(instance.name(), instance);
        }
    }

    private void startAdded() {
        synchronized (instances) {
            for (Instance instance : instances.values()) {
                if (!stopping && instance.report().state() == InstanceState.STOPPED) {
                    instance.start();
                }
            }
        }
    }

    private void start(Instance instance) {
        synchronized (instances) {
            if (stopping) {
                throw new StackFailure("the stack is being stopped");
            }
            instance.start();
        }
    }

    private List<Instance> all() {
        synchronized (instances) {
            return new ArrayList<>(instances.values());
        }
    }

    private Optional<Instance> find(String name) {
        synchronized (instances) {
            return Optional.ofNullable(instances.get(name));
        }
    }

    private Instance instance(String name) {
        return find(name)
                .orElseThrow(() -> new StackFailure(
                        plan.instance(name).isPresent()
                                ? name + " has not been started yet"
                                : "no instance " + name + " (expected: "
                                        + String.join(
                                                ", ",
                                                plan.instances().stream()
                                                        .map(PlannedInstance::name)
                                                        .toList())
                                        + ")"));
    }

    private InstanceReport report(String name) {
        return find(name)
                .map(Instance::report)
                .orElse(new InstanceReport(
                        name,
                        InstanceState.STOPPED,
                        "not started yet",
                        OptionalLong.empty(),
                        Instant.now(),
                        Duration.ZERO,
                        0));
    }
}
