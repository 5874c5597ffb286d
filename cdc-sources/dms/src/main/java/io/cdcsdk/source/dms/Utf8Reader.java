package io.cdcsdk.source.dms;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8 and refuses what is not. Unlike the reader of the JDK it hands out everything that comes before a broken byte,
 * or before a failure of the stream, and fails at the read after it: so the record at fault can be named. Skips a byte order
 * mark.
 */
final class Utf8Reader extends Reader {
    private static final int BUFFER_BYTES = 32 * 1024;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
    private @Nullable CharBuffer target;
    private boolean started;
    private boolean ended;

    Utf8Reader(InputStream in) {
        this.in = in;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
        int count = decode(buffer, offset, length);
        if (!started && count > 0) {
            started = true;
            if (buffer[offset] == BYTE_ORDER_MARK) {
                System.arraycopy(buffer, offset + 1, buffer, offset, count - 1);
                return count == 1 ? read(buffer, offset, length) : count - 1;
            }
        }
        return count;
    }

    private int decode(char[] buffer, int offset, int length) throws IOException {
        CharBuffer characters = target;
        if (characters == null || characters.array() != buffer) {
            characters = CharBuffer.wrap(buffer);
            target = characters;
        }
        characters.limit(offset + length).position(offset);
        while (true) {
            CoderResult result = decoder.decode(bytes, characters, ended);
            int count = characters.position() - offset;
            if (count > 0) {
                return count;
            }
            if (result.isError()) {
                result.throwException();
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        bytes.compact();
        int count;
        try {
            count = in.read(bytes.array(), bytes.position(), bytes.remaining());
            if (count > 0) {
                bytes.position(bytes.position() + count);
            }
        } finally {
            bytes.flip();
        }
        ended = count < 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
