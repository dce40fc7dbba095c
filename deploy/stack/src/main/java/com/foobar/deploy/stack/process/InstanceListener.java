package com.foobar.deploy.stack.process;

/** Told of every change of an instance's state, by the instance's thread and with its lock held: must not block. */
public interface InstanceListener {
    void changed(InstanceState before, InstanceReport now);
}
