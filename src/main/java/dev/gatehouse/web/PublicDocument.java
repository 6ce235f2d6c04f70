package dev.gatehouse.web;

/** An endpoint whose answer is the same for everybody, except that who has it already may be told so. */
public interface PublicDocument extends Endpoint {
    /** The whole answer; the same object until something has changed. */
    Reply now();
}
