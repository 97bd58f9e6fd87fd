import ConfigCore

extension LegacyToNewStyle {
    /// Keys of a mapping in the new style.
    private static let moved: [(String, [String])] = [
        ("seed", ["randomness", "seed"]), ("deterministic", ["randomness", "deterministic"]),
        ("cudnn_benchmark", ["env_cfg", "cudnn_benchmark"]),
        ("mp_start_method", ["env_cfg", "mp_cfg", "mp_start_method"]),
        ("opencv_num_threads", ["env_cfg", "mp_cfg", "opencv_num_threads"]),
        ("dist_params", ["env_cfg", "dist_cfg"]),
    ]
    /// Keys that mean the same.
    private static let kept = [
        "log_level", "work_dir", "custom_imports", "find_unused_parameters", "launcher",
    ]
    /// Keys about machines and processes.
    private static let machines = [
        "gpu_ids", "gpus", "omp_num_threads", "mkl_num_threads", "ipu_model_cfg", "options_cfg",
        "device",
    ]

    /// Everything else at the top level.
    mutating func runtime() throws {
        for (key, path) in Self.moved {
            guard let value = root[key]?.unlessNull else { continue }
            if path.count == 2 {
                set(path[0], path[1], to: value)
            } else {
                set(path[0], path[1], path[2], to: value)
            }
            report.moved(key, path.joined(separator: "."))
        }
        for key in Self.kept {
            if let value = root[key] { set(key, to: value) }
        }
        for key in Self.machines where root[key] != nil {
            report.dropped(key, "says something about machines or processes")
        }
        if root["on_nonfinite"] != nil {
            report.dropped("on_nonfinite", "MMEngine trains on")
        }
        if let settings = root["train_cfg"], !settings.isNull {
            report.dropped("train_cfg", "nothing reads it at the top level")
        }
        set("load_from", to: root["load_from"] ?? .init(.null))
        set("resume", to: false)
        if let file = root["resume_from"]?.unlessNull {
            set("load_from", to: file)
            set("resume", to: true)
            report.moved("resume_from", "load_from, resume=True")
        }
        set("default_scope", to: "mmpretrain")
    }
}
