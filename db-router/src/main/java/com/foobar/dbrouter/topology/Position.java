package com.foobar.dbrouter.topology;

/** How far a server has come in the history of writes: GTIDs, in the form of its flavour. Immutable. */
public sealed interface Position permits GtidPosition, GtidSet {

    /**
     * Reads a position of either form.
     *
     * @throws IllegalArgumentException for anything else, with what was expected
     */
    static Position parse(String text) {
        return text.indexOf(':') >= 0 ? GtidSet.parse(text) : GtidPosition.parse(text);
    }

    /**
     * Whether a server at this position has every transaction of the other one. False for a position of the other
     * flavour, which says nothing.
     */
    boolean covers(Position other);

    /** How many transactions of the other one a server at this position lacks; 0 for a position of the other flavour. */
    long missing(Position other);

    /** Both together: what a server has that has been seen at either. The other must be of the same flavour. */
    Position merge(Position other);

    /** How many pieces it is made of: what keeping and comparing it costs. */
    int pieces();

    /** Whether it stands for no transaction at all, as where nothing is logged. */
    boolean isEmpty();

    /** As the server writes it, and reads it in its wait functions. */
    String text();
}
