public import NeuralNet
public import TorchFile

/// What a checkpoint file holds.
///
/// Source: the files of MMCV's `save_checkpoint`: `meta`, `state_dict`, `optimizer`; ours have `mmrunner`
/// besides, with what exact resuming needs.
public struct Checkpoint: Sendable {
    /// What is known about the run, such as `epoch`, `iter`, `CLASSES` and `hook_msgs`.
    public var meta: TorchDictionary
    /// The model's arrays.
    public var state: StateDictionary
    /// The state of the optimizer, or of several by name, in PyTorch's form.
    public var optimizer: TorchValue?
    /// What exact resuming needs; nil in a checkpoint of MMCV's.
    public var resumeData: TorchDictionary?
    /// Further entries, such as those of hooks.
    public var others = TorchDictionary()

    /// MMCV's default: the prefix that data-parallel training leaves is removed.
    public static let defaultKeyRevision = [(pattern: "^module.", replacement: "")]

    /// A checkpoint of these parts.
    public init(
        meta: TorchDictionary, state: StateDictionary, optimizer: TorchValue? = nil,
        resumeData: TorchDictionary? = nil
    ) {
        self.meta = meta
        self.state = state
        self.optimizer = optimizer
        self.resumeData = resumeData
    }

    /// Reads a checkpoint, or a bare state dictionary.
    ///
    /// Errors: throws `CheckpointError` where the file cannot be read or holds neither.
    public static func read(_ path: String) throws -> Checkpoint {
        guard let root = try TorchFile.read(path: path).dictionary else { throw noState(path) }
        guard let saved = root["state_dict"] else {
            // A bare state dictionary has tensors only.
            guard !root.isEmpty, root.pairs.allSatisfy({ $0.value.tensor != nil }) else {
                throw noState(path)
            }
            return Checkpoint(meta: TorchDictionary(), state: try state(root, path))
        }
        guard let entries = saved.dictionary else { throw noState(path) }
        var checkpoint = Checkpoint(
            meta: root["meta"]?.dictionary ?? TorchDictionary(), state: try state(entries, path),
            optimizer: root["optimizer"], resumeData: root["mmrunner"]?.dictionary)
        if case .some(.none) = checkpoint.optimizer { checkpoint.optimizer = nil }
        for name in root.names
        where !["meta", "state_dict", "optimizer", "mmrunner"].contains(name) {
            checkpoint.others[name] = root[name]
        }
        return checkpoint
    }

    private static func noState(_ path: String) -> CheckpointError {
        CheckpointError(
            file: path, problem: "no state_dict found in the file",
            remedy: "give a checkpoint of a training run, or a saved state_dict")
    }

    private static func state(_ entries: TorchDictionary, _ path: String) throws -> StateDictionary
    {
        var state = StateDictionary()
        for (key, value) in entries.pairs {
            // Python modules may add extra state that is no tensor; no module of ours has any.
            guard let name = key.string, let tensor = value.tensor else { continue }
            do {
                state[name] = try CheckpointFormat.array(tensor)
            } catch {
                throw CheckpointError(file: path, path: name, problem: "\(error)", cause: error)
            }
        }
        return state
    }

    /// Keeps the entries below a prefix, without it.
    ///
    /// Errors: throws where there is none, naming `path`.
    mutating func keep(below prefix: String, from path: String) throws {
        let prefix = prefix.hasSuffix(".") ? prefix : prefix + "."
        var kept = StateDictionary()
        for name in state.names where name.hasPrefix(prefix) {
            kept[String(name.dropFirst(prefix.count))] = state[name]
        }
        guard !kept.names.isEmpty else {
            throw CheckpointError(
                file: path, path: "state_dict", problem: "no entry begins with \(prefix)",
                remedy: state.names.first.map { "its first entry is \($0)" })
        }
        state = kept
    }

    /// Writes the file, whole or not at all.
    public func write(to path: String) throws {
        var arrays = TorchDictionary(ordered: true)
        for name in state.names {
            if let array = state[name] { arrays[name] = .tensor(CheckpointFormat.tensor(array)) }
        }
        arrays.attributes = [("_metadata", CheckpointFormat.metadata(of: state.names))]
        var root = TorchDictionary([
            ("meta", .dictionary(meta)), ("state_dict", .dictionary(arrays)),
        ])
        if let optimizer { root["optimizer"] = optimizer }
        if let resumeData { root["mmrunner"] = .dictionary(resumeData) }
        for (key, value) in others.pairs { root[key: key] = value }
        try TorchFile.write(.dictionary(root), to: path)
    }
}
