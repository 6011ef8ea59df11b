package dev.engram.server.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;

/**
 * What a handler answers.
 *
 * @param headers status and all headers
 * @param body may be empty
 */
record Answer(ResponseHeaders headers, byte[] body) {

    static Answer json(JsonOutput.Writing writing) {
        return of(HttpStatus.OK, MediaType.JSON, JsonOutput.bytes(writing));
    }

    static Answer of(HttpStatus status, MediaType type, byte[] body) {
        return new Answer(ResponseHeaders.of(status, HttpHeaderNames.CONTENT_TYPE, type), body);
    }

    static Answer empty(HttpStatus status) {
        return new Answer(ResponseHeaders.of(status), new byte[0]);
    }

    /** The same with another status and more headers. */
    Answer with(HttpStatus status, HttpHeaders more) {
        return new Answer(headers.toBuilder().status(status).add(more).build(), body);
    }

    HttpResponse toResponse() {
        return HttpResponse.of(headers, HttpData.wrap(body));
    }
}
