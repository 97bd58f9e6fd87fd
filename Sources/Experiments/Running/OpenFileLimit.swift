import Foundation

/// How many files the process may have open: `env_cfg.resource_limit`.
enum OpenFileLimit {
    /// Raises the limit to a number, as far as the system allows; what was done.
    ///
    /// A limit that is higher already stays.
    static func raise(to wanted: Int) -> String {
        let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(files, &limit) == 0 else {
            return "resource_limit: the limit of open files cannot be read"
        }
        let before = limit.rlim_cur
        limit.rlim_cur = min(max(before, rlim_t(wanted)), limit.rlim_max)
        guard limit.rlim_cur > before else { return "open files: at most \(before)" }
        guard unsafe setrlimit(files, &limit) == 0 else {
            return "resource_limit: the limit of open files stays \(before)"
        }
        return "open files: at most \(limit.rlim_cur), \(before) before"
    }
}
