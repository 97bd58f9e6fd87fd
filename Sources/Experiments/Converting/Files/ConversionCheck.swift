public import ConfigCore
import Foundation

/// The proof of a conversion: original and converted config train to the same bits.
public enum ConversionCheck {
    /// Trains both for some iterations and says whether, or from where on, they differ.
    ///
    /// A legacy run orders its samples as MMEngine does for this (`sampler.type=DistributedSampler`);
    /// metrics are not evaluated.
    /// Errors: throws `UsageError` naming the side that cannot be trained.
    ///
    /// - Parameters:
    ///   - original: The config that was converted.
    ///   - converted: What it has become.
    ///   - iterations: How many iterations to compare.
    ///   - registries: The components that the configs name.
    /// - Returns: The result, a line.
    /// - Throws: `UsageError`.
    public static func result(
        _ original: LoadedConfig, _ converted: ConfigNode, iterations: Int,
        _ registries: Registries
    ) throws -> String {
        let seed = original.root["seed"] ?? original.root.at(path: "randomness.seed")
        var other = original
        other.root = converted
        let prints = try [("original", original), ("conversion", other)].map { name, config in
            do {
                return try trace(
                    config, iterations, UInt64(clamping: seed?.int ?? 0), registries)
            } catch {
                throw UsageError("--check: the \(name) cannot be trained: \(error)")
            }
        }
        let shorter = min(prints[0].count, prints[1].count)
        if let place = (0..<shorter).first(where: { prints[0][$0] != prints[1][$0] }) {
            return "different parameters after iteration \(place + 1)"
        }
        guard prints[0].count == prints[1].count else {
            return "the same bits for \(shorter) iterations, after which only one goes on"
        }
        return "same bits for \(shorter) iterations"
    }

    private static func trace(
        _ config: LoadedConfig, _ iterations: Int, _ seed: UInt64, _ registries: Registries
    ) throws -> [UInt64] {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "convert-config-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var config = config
        if try ConfigStyle(config.root) == .legacy, config.root["sampler"] == nil {
            config.root = config.root.setting("sampler", to: ["type": "DistributedSampler"])
        }
        let trace = TrainingTrace(limit: iterations)
        try trace.fill(
            config,
            TrainingOptions(
                configPath: config.files.first ?? "config", workDirectory: folder.path,
                evaluates: false, seed: seed), registries)
        return trace.fingerprints
    }
}
