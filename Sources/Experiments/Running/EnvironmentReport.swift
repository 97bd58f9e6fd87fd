import Foundation
import TensorCore

/// The machine and libraries of a run, as its log tells them.
struct EnvironmentReport {
    let text: String

    init(_ device: Device) {
        let info = ProcessInfo.processInfo
        let lines = [
            "sys.platform: linux", "System: \(info.operatingSystemVersionString)",
            "CPU cores: \(info.activeProcessorCount)", "CUDA available: False",
            "Kernels: \(device.description)",
        ]
        text = lines.joined(separator: "\n")
    }
}
