public import ConfigCore
import Foundation
public import TorchFile
public import WorkflowRunner

extension Runner {
    /// Loads the weights of a checkpoint into the model; what else the file holds.
    ///
    /// - Parameters:
    ///   - filename: A path, or a name such as `torchvision://resnet18`.
    ///   - mapLocation: Accepted: tensors live where the model is.
    ///   - strict: Whether everything must fit.
    ///   - reviseKeys: Regular expressions and what to put in place of their matches in names.
    /// - Returns: The checkpoint, with what hooks and names left of it.
    /// - Throws: An error naming the file, where it cannot be read or does not fit.
    @discardableResult
    public func loadCheckpoint(
        _ filename: String, mapLocation: String = "cpu", strict: Bool = false,
        reviseKeys: [(pattern: String, replacement: String)] = Checkpoint.defaultKeyRevision
    ) throws -> Checkpoint {
        let checkpoint = try active.loadCheckpoint(
            filename, strict: strict, reviseKeys: reviseKeys)
        hasLoaded = true
        return checkpoint
    }

    /// Loads what the config says to begin with, once: the checkpoint to continue, or weights.
    public func loadOrResume() throws {
        guard !hasLoaded, session == nil else { return }
        if let name = try checkpointsToContinue().first {
            try resume(name)
        } else if let name = try experiment.loadFrom {
            if setup.built.model == nil { _ = try buildOwnModel(loadsPretrained: false) }
            try loadCheckpoint(name)
        }
    }

    /// The checkpoint that the config says to continue: its `load_from`, or the newest of the work directory.
    func checkpointsToContinue() throws -> [String] {
        let experiment = try experiment
        if experiment.resumesNewest {
            return NewestCheckpoint(in: workDir).found.map { [$0.name] } ?? []
        }
        return experiment.resumeFrom.map { [$0] } ?? []
    }

    /// Continues a checkpoint: its weights are loaded at once, all else when training begins.
    ///
    /// - Parameters:
    ///   - filename: A path, or a name that the finder of checkpoints understands.
    ///   - resumeOptimizer: Whether the optimizer continues too.
    ///   - resumeParamScheduler: Whether the schedulers continue too.
    ///   - mapLocation: Accepted: tensors live where the model is.
    /// - Throws: An error naming the file, where it cannot be read or does not fit.
    public func resume(
        _ filename: String, resumeOptimizer: Bool = true, resumeParamScheduler: Bool = true,
        mapLocation: String = "default"
    ) throws {
        try refuseOnceBegun("resume")
        if setup.built.model == nil, !setup.built.keys.contains("model") {
            _ = try buildOwnModel(loadsPretrained: false)
        }
        let meta = try loadCheckpoint(filename, strict: true).meta
        if try experiment.seed == nil, setup.built.loaders.isEmpty, let seed = meta["seed"]?.int {
            setup.built.seed = UInt64(bitPattern: Int64(seed))
        }
        awaited = (meta["epoch"]?.int ?? 0, meta["iter"]?.int ?? 0)
        setup.options.resumeFrom = filename
        setup.options.resumesNewest = false
        setup.options.resumesOptimizer = resumeOptimizer
        setup.options.resumesSchedulers = resumeParamScheduler
    }

    /// Writes a checkpoint of what is trained so far; its path.
    ///
    /// - Parameters:
    ///   - outDir: The folder, which is made.
    ///   - filename: The file's name.
    ///   - fileClientArgs: The old name of `backendArgs`.
    ///   - saveOptimizer: Whether the optimizers' state is saved.
    ///   - saveParamScheduler: Whether the schedulers' state is saved.
    ///   - meta: Further entries of `meta`.
    ///   - byEpoch: Accepted: a file always says how many epochs and iterations are finished.
    ///   - backendArgs: The file backend, of which there is `local` alone.
    /// - Returns: The path.
    /// - Throws: An error naming the file, or the backend.
    @discardableResult
    public func saveCheckpoint(
        _ outDir: String, _ filename: String, fileClientArgs: ConfigNode? = nil,
        saveOptimizer: Bool = true, saveParamScheduler: Bool = true, meta: TorchDictionary? = nil,
        byEpoch: Bool = true, backendArgs: ConfigNode? = nil
    ) throws -> String {
        for (key, arguments) in [
            ("file_client_args", fileClientArgs), ("backend_args", backendArgs),
        ] {
            guard let arguments, !arguments.isNull else { continue }
            let backend = arguments["backend"]?.string ?? "local"
            guard ["local", "disk"].contains(backend) else {
                throw ConfigError(
                    at: arguments, path: "\(key).backend",
                    problem:
                        "\"\(backend)\" is not a known file backend, files are written to disk",
                    remedy: "known: local")
            }
        }
        return try active.saveCheckpoint(
            to: outDir, template: filename, savesOptimizer: saveOptimizer,
            savesSchedulers: saveParamScheduler, meta: meta, createsSymlink: false)
    }

    /// Writes the config to the work directory, under its file's name or the time; its path.
    @discardableResult
    public func dumpConfig() throws -> String {
        let path = dumpedConfigPath
        try FileManager.default.createDirectory(
            atPath: workDir, withIntermediateDirectories: true)
        do {
            let text = try ConfigWriter.text(cfg, as: ConfigNotation(file: path) ?? .python)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw RunnerError(path, "cannot write: \(error)")
        }
        return path
    }

    /// Where `dumpConfig` writes.
    var dumpedConfigPath: String {
        let file = URL(fileURLWithPath: setup.options.configPath).lastPathComponent
        let notation = ConfigNotation(file: file)
        let name = notation == nil || setup.options.configPath.isEmpty ? "\(timestamp).py" : file
        return "\(workDir)/\(name)"
    }
}
