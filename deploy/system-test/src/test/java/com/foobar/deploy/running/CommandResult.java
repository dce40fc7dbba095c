package com.foobar.deploy.running;

/** What a command of {@code deploy/up} answered: standard output and standard error together. */
public record CommandResult(int exitStatus, String output) {}
