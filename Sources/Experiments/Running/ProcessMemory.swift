import Foundation

/// The memory of this process.
package enum ProcessMemory {
    /// The most bytes it has had resident; 0 where the system does not tell.
    ///
    /// `getrusage` would not do: a process inherits there the peak of the one that started it.
    package static var peakResidentBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
        return (kilobytes.flatMap { Int($0) } ?? 0) * 1024
    }
}
