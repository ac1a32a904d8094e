//! Tools as state machines in world coordinates: events in, Changes out.
