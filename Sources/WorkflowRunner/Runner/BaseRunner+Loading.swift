import Logging
import NeuralNet

extension BaseRunner {
    /// Loads what fits of a checkpoint's weights, or of a bare state dictionary, and reports the rest.
    ///
    /// - Parameters:
    ///   - name: The checkpoint: a path, or a name `CheckpointFinder` understands.
    ///   - strict: Whether everything must fit.
    ///   - reviseKeys: Regular expressions and what to put in place of their matches in names.
    /// - Returns: The checkpoint, with what hooks and names left of it.
    /// - Throws: An error naming the file, where nothing fits or it cannot be read.
    @discardableResult
    public func loadCheckpoint(
        _ name: String, strict: Bool = false,
        reviseKeys: [(pattern: String, replacement: String)] = Checkpoint.defaultKeyRevision
    ) throws -> Checkpoint {
        try loadCheckpoint(
            FoundCheckpoint(name, checkpointFinder), strict: strict, reviseKeys: reviseKeys)
    }

    /// Loads what fits of the weights of a checkpoint that has been read already.
    @discardableResult
    public func loadCheckpoint(
        _ found: FoundCheckpoint, strict: Bool = false,
        reviseKeys: [(pattern: String, replacement: String)] = Checkpoint.defaultKeyRevision
    ) throws -> Checkpoint {
        var revised = found
        revised.checkpoint.state = try StateLoading.revised(found.checkpoint.state, reviseKeys)
        return try load(revised, strict: strict, resuming: false)
    }

    /// Offers a checkpoint to the hooks and loads its weights; what is left of it.
    func load(_ found: FoundCheckpoint, strict: Bool, resuming: Bool) throws -> Checkpoint {
        var checkpoint = found.checkpoint
        for case let hook as any AfterLoadCheckpoint in hooks {
            try hook.afterLoadCheckpoint(self, &checkpoint)
        }
        for case let hook as any StateDictionaryContributor in hooks {
            try hook.take(from: &checkpoint, resuming: resuming, self)
        }
        if let note = found.location.note { logger.warning("\(note)") }
        logger.info("load checkpoint from \(found.location.kind) path: \(found.name)")
        if let report = try StateLoading.load(
            checkpoint.state, into: model, from: found.name, strict: strict)
        {
            logger.warning("\(report)")
        }
        return checkpoint
    }
}
