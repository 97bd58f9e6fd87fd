import TorchFile

/// How many processes trained a checkpoint of MMCV's: the length of `gpu_ids` in the config it keeps.
enum TrainedProcessCount {
    /// The number, or nil where the checkpoint does not tell it.
    static func read(_ meta: TorchDictionary) -> Int? {
        guard let config = meta["config"]?.string else { return nil }
        if let range = config.firstMatch(of: /(?m)^gpu_ids\s*=\s*range\((?:(\d+),\s*)?(\d+)\)/),
            let end = Int(range.2)
        {
            return positive(end - (range.1.flatMap { Int($0) } ?? 0))
        }
        let list = config.firstMatch(of: /(?m)^gpu_ids\s*=\s*[\[\(]([\d,\s]*)[\]\)]/)
        return list.flatMap { positive($0.1.split(separator: ",").count { $0.contains(/\d/) }) }
    }

    private static func positive(_ count: Int) -> Int? { count > 0 ? count : nil }
}
