package import ConfigCore
package import NeuralNet

extension LossScaler {
    /// Reads a loss scale as MMCV and MMEngine write it; they differ in their defaults.
    package static func read(
        _ key: String, from reader: inout ConfigReader,
        default: LossScaler = LossScaler(fixedScale: 512)
    ) throws -> LossScaler {
        guard let node = reader.node(key) else { return `default` }
        switch node.value {
        case .string("dynamic"): return LossScaler()
        case .int, .double:
            let scale: Double = try reader.required(key)
            guard scale > 0 else { throw reader.failure(key, "", expected: "a positive number") }
            return LossScaler(fixedScale: scale)
        case .mapping:
            return try reader.nested(key) { reader in
                var scaler = LossScaler(
                    initialScale: try reader.value("init_scale", default: 65536))
                scaler.growthFactor = try reader.value("growth_factor", default: 2)
                scaler.backoffFactor = try reader.value("backoff_factor", default: 0.5)
                scaler.growthInterval = try reader.value("growth_interval", default: 2000)
                if try !reader.value("enabled", default: true) {
                    return LossScaler(fixedScale: 1)
                }
                return scaler
            } ?? LossScaler()
        default:
            throw reader.failure(key, "", expected: "\"dynamic\", a number or a mapping")
        }
    }
}
