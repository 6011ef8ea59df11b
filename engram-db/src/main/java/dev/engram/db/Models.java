package dev.engram.db;

/** Where a database finds the embedder of a collection, when a text has to be embedded. */
@FunctionalInterface
public interface Models {

    /** No models at all: collections hold vectors the caller made. */
    Models NONE =
            name -> {
                throw new dev.engram.error.NotFoundException(
                        "no embedding model '"
                                + name
                                + "': this database was opened without models; open it with"
                                + " Database.open(folder, models)");
            };

    /**
     * The embedder of that name, loaded at the first call and kept.
     *
     * @throws dev.engram.error.NotFoundException where there is no such model, naming those there
     *     are
     */
    Embedder embedder(String name);

    /**
     * The embedder of a model that was fitted on the texts of a collection.
     *
     * @param name of the kind of model
     * @param state what it learnt, as it was kept with the collection
     * @throws dev.engram.error.NotFoundException where no model of that name is fitted here
     * @throws dev.engram.error.CorruptException where the state is not what such a model writes
     */
    default Embedder fitted(String name, byte[] state) {
        throw new dev.engram.error.NotFoundException(
                "no embedding model '" + name + "' that is fitted on a collection's texts");
    }
}
