package io.cdcsdk.source.dms;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 and refuses what is not. Unlike the reader of the JDK it hands out everything that comes before a broken byte,
 * or before a failure of the stream, and fails at the read after it: so the record at fault can be named. Skips a byte order
 * mark. Where the last line must have an end, a stream without fails at its end.
 *
 * <p>The JDK's decoder goes byte by byte from the first character on that is not ASCII: with it alone, decoding takes more time
 * than all parsing. So it sees only what lies between runs of ASCII, which are found and widened many bytes at a time.
 */
final class Utf8Reader extends Reader {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final int LONG_RUN = 32;
    private static final int LEAST_CHARACTERS = 2;
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharsetDecoder asciiDecoder = StandardCharsets.ISO_8859_1.newDecoder();
    private final byte[] bytes = new byte[BUFFER_BYTES];
    private final ByteBuffer input = ByteBuffer.wrap(bytes);
    private CharBuffer output = CharBuffer.allocate(0);
    private int next;
    private int limit;
    private final DmsOption.LastLine lastLine;
    private boolean started;
    private boolean ended;
    private char last = '\n';

    Utf8Reader(InputStream in, DmsOption.LastLine lastLine) {
        this.in = in;
        this.lastLine = lastLine;
    }

    /** Whether the end of the stream has been seen, so that a failure may be due to what is missing behind it. */
    boolean ended() {
        return ended;
    }

    /**
     * Reads characters.
     *
     * @param length at least 2: some characters come in pairs
     */
    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        if (length < LEAST_CHARACTERS) {
            throw new IllegalArgumentException("a read of " + length + " characters; some come in pairs");
        }
        int count = decode(buffer, offset, length);
        if (!started && count > 0) {
            started = true;
            if (buffer[offset] == BYTE_ORDER_MARK) {
                System.arraycopy(buffer, offset + 1, buffer, offset, count - 1);
                count = count == 1 ? decode(buffer, offset, length) : count - 1;
            }
        }
        if (count > 0) {
            last = buffer[offset + count - 1];
        } else if (lastLine == DmsOption.LastLine.MUST_END && last != '\n' && last != '\r') {
            throw new UnendedLineException();
        }
        return count;
    }

    private int decode(char[] buffer, int offset, int length) throws IOException {
        int end = offset + length;
        int to = offset;
        while (true) {
            to += widenAscii(buffer, to, end);
            if (next < limit && to < end) {
                int before = to;
                CoderResult result = decodeOthers(buffer, to, end);
                to = output.position();
                if (to > before && !result.isError()) {
                    continue;
                }
                if (result.isError() && to == offset) {
                    result.throwException();
                }
            }
            if (to > offset) {
                return to - offset;
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    /** Widens bytes up to the first that is not ASCII, and returns how many there were. */
    private int widenAscii(char[] buffer, int offset, int end) {
        int from = next;
        int stop = from + Math.min(limit - from, end - offset);
        int to = from;
        while (to + Long.BYTES <= stop && ((long) LONGS.get(bytes, to) & HIGH_BITS) == 0) {
            to += Long.BYTES;
        }
        while (to < stop && bytes[to] >= 0) {
            to++;
        }
        int count = to - from;
        if (count >= LONG_RUN) {
            asciiDecoder.decode(inputTo(to), outputFrom(buffer, offset, end), false);
        } else {
            for (int i = 0; i < count; i++) {
                buffer[offset + i] = (char) bytes[from + i];
            }
        }
        next = to;
        return count;
    }

    private ByteBuffer inputTo(int stop) {
        return input.limit(stop).position(next);
    }

    private CharBuffer outputFrom(char[] buffer, int offset, int end) {
        if (output.array() != buffer) {
            output = CharBuffer.wrap(buffer);
        }
        return output.limit(end).position(offset);
    }

    /** Decodes bytes up to the next run of ASCII that is worth a switch. */
    private CoderResult decodeOthers(char[] buffer, int offset, int end) {
        int stop = next + 1;
        while (stop < limit
                && (stop + Long.BYTES > limit || bytes[stop] < 0 || ((long) LONGS.get(bytes, stop) & HIGH_BITS) != 0)) {
            stop++;
        }
        // With the first bytes of the run the decoder sees that a character before it is not cut off but broken.
        stop = Math.min(limit, stop + 1);
        CoderResult result = decoder.decode(inputTo(stop), outputFrom(buffer, offset, end), ended && stop == limit);
        next = input.position();
        return result;
    }

    private void fill() throws IOException {
        System.arraycopy(bytes, next, bytes, 0, limit - next);
        limit -= next;
        next = 0;
        int count = in.read(bytes, limit, bytes.length - limit);
        if (count < 0) {
            ended = true;
        } else {
            limit += count;
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
