package io.cdcsdk.runtime.transform;

/**
 * A part of a text.
 *
 * @param start the index of its first character
 * @param end the index behind its last character
 */
record Span(int start, int end) {}
