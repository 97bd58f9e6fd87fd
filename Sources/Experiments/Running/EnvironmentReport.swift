import Foundation
import TensorCore

/// The machine and libraries of a run, as its log tells them.
struct EnvironmentReport {
    let text: String

    init(_ device: Device) {
        let info = ProcessInfo.processInfo
        var lines = [
            "sys.platform: linux", "System: \(info.operatingSystemVersionString)",
            "CPU cores: \(info.activeProcessorCount)", "CUDA available: False",
            "Kernels: \(device.description)",
        ]
        if let core = info.environment["OPENBLAS_CORETYPE"] {
            lines.append(
                "OPENBLAS_CORETYPE: \(core) (exported; OpenBLAS may be faster where it detects the "
                    + "processor itself)")
        }
        text = lines.joined(separator: "\n")
    }
}
