import Classifiers
public import ConfigCore
import NeuralNet
import WorkflowRunner

/// What `optim_wrapper` of a new-style config says.
public struct WrapperConfig: Sendable {
    /// The optimizer; empty where a constructor of its own reads the config.
    public var optimizer: ConfigNode = [:]
    /// Rules for settings of single parameters.
    public var paramwise: ConfigNode?
    /// The way to the wrapper's config, for messages.
    public var path = "optim_wrapper"
    /// How gradients become steps.
    public var stepping = Experiment.Stepping()
    /// The constructor that builds it; nil for `DefaultOptimWrapperConstructor`.
    public var constructor: Constructor?
    /// What the user should know.
    var notes: [String] = []

    /// A constructor of a config's own choice.
    public struct Constructor: Sendable {
        /// Its name.
        public var name: ConfigNode
        /// What `optim_wrapper` says beside `constructor` and `paramwise_cfg`.
        public var config: ConfigNode
    }

    /// Takes over the clipping of the hook that stepped in early versions of MMEngine.
    ///
    /// Errors: throws `ConfigError` where both say how to clip.
    mutating func adoptOldHook(from hooks: inout [Experiment.ListedHook]) throws -> [String] {
        let path = "default_hooks.optimizer"
        guard let place = hooks.firstIndex(where: { $0.path == path }) else { return [] }
        let hook = hooks[place].config
        guard hook["type"]?.string?.split(separator: ".").last == "OptimizerHook" else {
            return []
        }
        hooks.remove(at: place)
        let clip = try hook.removing("priority").decode(at: path) { reader in
            reader.ignore("type")
            if reader.node["grad_clip"]?.bool == false { reader.ignore("grad_clip") }
            return reader.readKeys.contains("grad_clip")
                ? nil : try reader.nested("grad_clip", GradientClip.read)
        }
        guard clip == nil || stepping.clip == nil else {
            throw ConfigError(
                at: hook, path: "\(path).grad_clip", problem: "given beside clip_grad",
                remedy: "keep optim_wrapper.clip_grad")
        }
        guard clip == nil || constructor == nil else {
            throw ConfigError(
                at: hook, path: "\(path).grad_clip",
                problem: "given beside a constructor, which says how its wrappers clip",
                remedy: "write clip_grad in the wrappers' configs")
        }
        stepping.clip = clip ?? stepping.clip
        return [
            "default_hooks.optimizer: OptimizerHook is the name of early versions; write "
                + "optim_wrapper.clip_grad"
        ]
    }
}

extension WrapperConfig {
    /// Builds the wrappers for a model.
    ///
    /// - Parameters:
    ///   - model: The model.
    ///   - registries: Optimizers and constructors that may be named.
    ///   - report: Takes what the user should hear about.
    /// - Returns: The wrappers.
    /// - Throws: `ConfigError`.
    func build(for model: any Module, _ registries: Registries, _ report: WrapperReport) throws
        -> OptimizerSet
    {
        guard let constructor else {
            return OptimizerSet(try wrapper(for: model, registries, report))
        }
        let registry = registries.optimWrapperConstructors
        guard let name = constructor.name.string, registry.contains(name) else {
            let names = ["DefaultOptimWrapperConstructor"] + registry.names
            let written = constructor.name.string
            let meant = written.flatMap { Spelling.suggestion(for: $0, among: names) }
            let what = written.map { "\"\($0)\"" } ?? constructor.name.value.summary
            throw ConfigError(
                at: constructor.name, path: ConfigPath.join(path, key: "constructor"),
                problem: "\(what) is not a known constructor",
                remedy: meant.map { "did you mean \"\($0)\"?" }
                    ?? "known: \(names.joined(separator: ", "))")
        }
        let own = try registry.build(
            ["type": constructor.name], at: path, registries.context())
        let builder = OptimWrapperBuilder(
            constructor.config, paramwise: paramwise, at: path, registries, report)
        let wrappers = try own.wrappers(for: model, builder)
        try builder.checkAllRead()
        return wrappers
    }

    /// Builds the one wrapper that this is the config of.
    func wrapper(for model: any Module, _ registries: Registries, _ report: WrapperReport) throws
        -> OptimWrapper
    {
        let optimizerPath = ConfigPath.join(path, key: "optimizer")
        let groups = ParamwiseGroups(
            paramwise, at: ConfigPath.join(path, key: "paramwise_cfg"), style: .new,
            log: report.log)
        return try wrapper(registries, report) { issues in
            try groups.groups(model.parameterPlaces(), optimizer, at: optimizerPath, issues)
        }
    }

    /// Builds the wrapper for groups of parameters that `groups` finds.
    func wrapper(
        _ registries: Registries, _ report: WrapperReport,
        groups: (BuildWarnings) throws -> [ParameterGroup]
    ) throws -> OptimWrapper {
        let optimizer = try buildOptimizer(
            optimizer, at: ConfigPath.join(path, key: "optimizer"), registry: registries.optimizers,
            warnings: report.warn, groups: groups)
        return try OptimWrapper(
            optimizer, clip: stepping.clip, accumulativeCounts: stepping.accumulation,
            scaler: stepping.scaler)
    }
}

/// Takes what is to be told while wrappers are built.
struct WrapperReport {
    /// What the user should hear about.
    var warn: (String) -> Void = { _ in }
    /// Lines of the log.
    var log: (String) -> Void = { _ in }
}
