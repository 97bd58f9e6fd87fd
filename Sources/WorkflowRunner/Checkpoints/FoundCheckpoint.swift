public import NeuralNet
import TorchFile

/// A checkpoint that was found and read, with the name that led to it.
public struct FoundCheckpoint: Sendable {
    /// The name as the user spelled it.
    public let name: String
    /// The file.
    public let location: CheckpointFinder.Location
    /// What it holds.
    public var checkpoint: Checkpoint

    /// Finds and reads a checkpoint.
    ///
    /// Errors: throws `CheckpointError` where it is not there or cannot be read.
    public init(_ name: String, _ finder: CheckpointFinder = CheckpointFinder()) throws {
        self.name = name
        location = try finder.locate(name)
        // Messages name the file as the user did, unless a name stands for it.
        checkpoint = try Checkpoint.read(location.kind == "local" ? name : location.path)
        if let prefix = location.prefix { try checkpoint.keep(below: prefix, from: name) }
    }

    /// After how many epochs and iterations it was saved.
    ///
    /// Errors: throws where it does not say, so that no run can go on from it.
    public func progress() throws -> (epoch: Int, iteration: Int) {
        guard let epoch = checkpoint.meta["epoch"]?.int,
            let iteration = checkpoint.meta["iter"]?.int
        else {
            throw CheckpointError(
                file: name, path: "meta",
                problem: "it does not say after which epoch and iteration it was saved",
                remedy: "start from its weights with load_from")
        }
        return (epoch, iteration)
    }

    /// Loads the weights into a model outside of a run, as MMCV's `load_checkpoint` does.
    ///
    /// - Parameters:
    ///   - module: The model, or a part of one.
    ///   - prefix: Only entries below it count, and lose it.
    ///   - strict: Whether everything must fit.
    ///   - reviseKeys: Regular expressions and what to put in place of their matches in names.
    /// - Returns: In MMCV's words what did not fit, or nil.
    /// - Throws: An error naming the file, where nothing fits.
    public func load(
        into module: any Module, prefix: String? = nil, strict: Bool = false,
        reviseKeys: [(pattern: String, replacement: String)] = Checkpoint.defaultKeyRevision
    ) throws -> String? {
        var part = checkpoint
        part.state = try StateLoading.revised(part.state, prefix == nil ? reviseKeys : [])
        if let prefix { try part.keep(below: prefix, from: name) }
        return try StateLoading.load(part.state, into: module, from: name, strict: strict)
    }
}
