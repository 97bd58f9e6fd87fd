import Foundation
import TensorCore

/// What the figures were measured on.
struct Machine {
    /// The processor's name and how many cores may be used.
    let processor: String
    /// Kernel libraries and threads; nil where no kernel ran.
    let kernels: String?
    /// Kernel threads; nil where no kernel ran.
    let threads: Int?
    /// What may make figures worse than they need be.
    let warnings: [String]

    init(_ device: Device? = nil) {
        let info = ProcessInfo.processInfo
        let name = Self.processorName ?? "unknown processor"
        processor = "\(name), \(info.activeProcessorCount) cores"
        kernels = device?.description
        threads = device?.threadCount
        warnings = device?.warnings ?? []
    }

    private static var processorName: String? {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces)
    }
}
