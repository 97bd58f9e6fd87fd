import Foundation

/// The memory of this process.
enum ProcessMemory {
    /// The most bytes it has had resident.
    static var peakResidentBytes: Int {
        var usage = rusage()
        unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        return usage.ru_maxrss * 1024
    }
}
