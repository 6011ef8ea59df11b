package dev.engram.server.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import dev.engram.db.Collection;
import dev.engram.db.CollectionInfo;
import dev.engram.db.Database;
import dev.engram.db.ModelIdentity;
import dev.engram.db.StorageAccount;
import dev.engram.error.NotFoundException;
import dev.engram.index.Codes;
import dev.engram.index.IndexSpec;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes, lists and removes collections. */
final class CollectionRoutes {

    /** The variable of the path. */
    static final String NAME = "collection";

    private final Database database;
    private final String defaultModel;

    CollectionRoutes(Database database, String defaultModel) {
        this.database = database;
        this.defaultModel = defaultModel;
    }

    Answer list(Call call) {
        List<CollectionInfo> infos = database.collections();
        return Answer.json(
                out -> {
                    out.writeStartObject();
                    out.writeArrayFieldStart("collections");
                    for (CollectionInfo info : infos) {
                        write(out, info);
                    }
                    out.writeEndArray();
                    out.writeEndObject();
                });
    }

    Answer create(Call call) {
        NewCollection wish = call.body(in -> NewCollection.read(in, defaultModel));
        CollectionInfo info = create(wish).info();
        String path = URLEncoder.encode(info.name(), StandardCharsets.UTF_8);
        return Answer.json(out -> write(out, info))
                .with(
                        HttpStatus.CREATED,
                        HttpHeaders.of(
                                HttpHeaderNames.LOCATION, RestDoor.API + "/collections/" + path));
    }

    private Collection create(NewCollection wish) {
        try {
            return database.create(wish.name(), wish.schema());
        } catch (NotFoundException e) {
            // Nothing is looked up for a new collection but its model.
            throw Refusal.of("unknown_model", String.valueOf(e.getMessage()), "/model", null);
        } catch (IllegalArgumentException e) {
            throw Refusal.of("invalid_argument", String.valueOf(e.getMessage()), "/name", null);
        }
    }

    Answer get(Call call) {
        CollectionInfo info = database.collection(call.param(NAME)).info();
        return Answer.json(out -> write(out, info));
    }

    /** Gives a collection another index; the answer does not wait until that is built. */
    Answer alter(Call call) {
        IndexSpec wish = call.body(CollectionRoutes::readAlteration);
        Collection collection = database.collection(call.param(NAME));
        try {
            collection.alter(wish);
        } catch (IllegalArgumentException e) {
            throw Refusal.of("invalid_argument", String.valueOf(e.getMessage()), "/index", null);
        }
        CollectionInfo info = collection.info();
        return Answer.json(out -> write(out, info));
    }

    private static IndexSpec readAlteration(JsonInput in) throws IOException {
        List<IndexSpec> wishes = new ArrayList<>();
        in.object(List.of("index"), _ -> wishes.add(IndexWish.read(in)));
        return in.required(wishes.isEmpty() ? null : wishes.getLast(), "index");
    }

    Answer drop(Call call) {
        database.drop(call.param(NAME));
        return Answer.empty(HttpStatus.NO_CONTENT);
    }

    private static void write(JsonGenerator out, CollectionInfo info) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", info.name());
        out.writeNumberField("records", info.records());
        out.writeNumberField("dimension", info.dimension());
        out.writeStringField("metric", info.metric().name().toLowerCase(Locale.ROOT));
        writeIndex(out, info.index());
        out.writeStringField("model", info.model().map(ModelIdentity::name).orElse(null));
        write(out, info.bytes());
        if (info.damage() != null) {
            out.writeStringField("damage", info.damage());
        }
        out.writeEndObject();
    }

    private static void writeIndex(JsonGenerator out, IndexSpec index) throws IOException {
        switch (index) {
            case IndexSpec.Flat() -> out.writeStringField("index", "flat");
            case IndexSpec.Hnsw(int degree, int beamBuild, long seed, Codes codes) -> {
                out.writeStringField("index", "hnsw");
                out.writeObjectFieldStart("index_settings");
                out.writeNumberField("degree", degree);
                out.writeNumberField("beam_build", beamBuild);
                out.writeNumberField("seed", seed);
                out.writeStringField("codes", codes.name().toLowerCase(Locale.ROOT));
                out.writeEndObject();
            }
            case IndexSpec.DiskAnn disk -> {
                out.writeStringField("index", "diskann");
                out.writeObjectFieldStart("index_settings");
                out.writeNumberField("degree", disk.degree());
                out.writeNumberField("beam_build", disk.beamBuild());
                out.writeNumberField("alpha", disk.alpha());
                out.writeNumberField("code_bytes", disk.codeBytes());
                out.writeNumberField("seed", disk.seed());
                out.writeEndObject();
            }
            case IndexSpec.IvfPq ivf -> {
                out.writeStringField("index", "ivf_pq");
                out.writeObjectFieldStart("index_settings");
                out.writeNumberField("lists", ivf.lists());
                out.writeNumberField("code_bytes", ivf.codeBytes());
                out.writeNumberField("assignments", ivf.assignments());
                out.writeStringField("rotation", ivf.rotation().name().toLowerCase(Locale.ROOT));
                out.writeNumberField("seed", ivf.seed());
                out.writeEndObject();
            }
            case IndexSpec.Scan scan -> {
                out.writeStringField("index", "scan");
                out.writeObjectFieldStart("index_settings");
                out.writeNumberField("code_bytes", scan.codeBytes());
                out.writeNumberField("seed", scan.seed());
                out.writeEndObject();
            }
        }
    }

    private static void write(JsonGenerator out, StorageAccount bytes) throws IOException {
        out.writeObjectFieldStart("bytes");
        out.writeNumberField("text_raw", bytes.textRaw());
        out.writeNumberField("vectors_raw", bytes.vectorsRaw());
        out.writeNumberField("graph", bytes.graph());
        out.writeNumberField("codes", bytes.codes());
        out.writeNumberField("vectors", bytes.vectors());
        out.writeNumberField("records", bytes.records());
        out.writeNumberField("keyword", bytes.keyword());
        out.writeNumberField("other", bytes.other());
        out.writeNumberField("total", bytes.total());
        out.writeEndObject();
    }
}
