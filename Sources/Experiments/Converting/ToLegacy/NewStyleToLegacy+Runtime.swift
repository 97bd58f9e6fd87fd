import ConfigCore

extension NewStyleToLegacy {
    private static let moved = [
        ("randomness.seed", "seed"), ("randomness.deterministic", "deterministic"),
        ("env_cfg.cudnn_benchmark", "cudnn_benchmark"),
        ("env_cfg.mp_cfg.mp_start_method", "mp_start_method"),
        ("env_cfg.mp_cfg.opencv_num_threads", "opencv_num_threads"),
        ("env_cfg.dist_cfg", "dist_params"),
    ]
    private static let kept = [
        "log_level", "work_dir", "custom_imports", "find_unused_parameters", "launcher",
    ]

    /// Everything else at the top level.
    mutating func runtime() throws {
        for (path, key) in Self.moved {
            guard let value = root.at(path: path)?.unlessNull else { continue }
            set(key, to: value)
            report.moved(path, key)
        }
        for key in Self.kept {
            if let value = root[key] { set(key, to: value) }
        }
        if root.at(path: "randomness.diff_rank_seed")?.bool == true {
            report.dropped("randomness.diff_rank_seed", "there is one process")
        }
        for key in [
            "experiment_name", "model_wrapper_cfg", "runner_type", "tta_model", "tta_pipeline",
        ]
        where root[key]?.unlessNull != nil {
            report.dropped(key, "has no counterpart")
        }
        if let scope = root["default_scope"]?.string, !["mmpretrain", "mmcls"].contains(scope) {
            report.dropped("default_scope", "components are mmcls's in the legacy style")
        }
        let resumes = root["resume"]?.bool ?? false
        let file = root["load_from"] ?? .init(.null)
        set("load_from", to: resumes ? .init(.null) : file)
        set("resume_from", to: resumes ? file : .init(.null))
        if resumes {
            report.moved(
                "resume", "resume_from",
                file.isNull ? "pass --auto-resume to find the newest checkpoint" : "")
        }
    }
}
