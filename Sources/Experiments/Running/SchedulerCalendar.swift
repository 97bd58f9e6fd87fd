import ConfigCore

/// How the learning rate of a new-style config goes, in words: where it starts, and what changes it.
enum SchedulerCalendar {
    /// A line for the rate, and one a scheduler.
    static func lines(_ root: ConfigNode) -> [String] {
        guard let wrapper = root["optim_wrapper"], !wrapper.isNull else { return [] }
        let rate = wrapper.at(path: "optimizer.lr").map { ConfigWriter.line($0, as: .json) }
        let schedulers = root["param_scheduler"] ?? .init(.null)
        let list = schedulers.isNull ? [] : schedulers.list ?? [schedulers]
        return ["learning rate: \(rate ?? "the optimizer's own")"] + list.map(text)
    }

    private static func text(_ scheduler: ConfigNode) -> String {
        let unit = scheduler["by_epoch"]?.bool ?? true ? "epochs" : "iterations"
        let begin = (scheduler["begin"]?.int ?? 0) + 1
        let span = scheduler["end"]?.int.map { "\(begin)-\($0)" } ?? "from \(begin) on"
        let shown: Set<String> = ["type", "by_epoch", "begin", "end", "convert_to_iter_based"]
        let settings = (scheduler.mapping ?? ConfigMapping()).filter { !shown.contains($0.key) }
            .map { ", \($0.key)=\(ConfigWriter.line($0.node, as: .json))" }.joined()
        return "    \(scheduler["type"]?.string ?? "?"): \(unit) \(span)\(settings)"
    }
}
