/// What the pickle machine does when a pickle calls a name.
enum PickleGlobal {
    /// A name with its module, as Python 3 spells it.
    static func name(_ module: String, _ name: String) -> String {
        "\(module == "__builtin__" ? "builtins" : module).\(name)"
    }

    /// Classes of dictionaries that mean nothing more than their entries.
    static let dictionaries: Set = [
        "builtins.dict", "collections.Counter", "addict.addict.Dict",
        "mmcv.utils.config.ConfigDict", "mmengine.config.config.ConfigDict",
    ]

    /// Classes that are kept as inert objects: values in the meta data of checkpoints.
    private static let inertClasses: Set = [
        "torch.device", "argparse.Namespace", "types.SimpleNamespace", "uuid.UUID",
        "decimal.Decimal",
        "datetime.date", "datetime.datetime", "datetime.time", "datetime.timedelta",
        "datetime.timezone",
        "pathlib.PosixPath", "pathlib.PurePosixPath", "pathlib.WindowsPath",
        "pathlib.PureWindowsPath",
        "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "builtins.complex",
        "builtins.slice",
        "builtins.range",
    ]

    /// Packages whose classes are kept as inert objects, so that whatever their checkpoints
    /// carry beside the weights does not stand in the way of the weights.
    private static let inertPackages: Set = [
        "mmengine", "mmcv", "mmcls", "mmpretrain", "mmdet", "mmseg", "mmselfsup", "mmrazor",
    ]

    /// Whether a call of the name makes an object that can be kept without running anything.
    static func isInert(_ name: String) -> Bool {
        if inertClasses.contains(name) {
            return true
        }
        // Classes begin with a capital letter; functions of these packages are refused.
        let parts = name.split(separator: ".")
        guard let package = parts.first, let last = parts.last, let initial = last.first else {
            return false
        }
        return inertPackages.contains(String(package)) && initial.isUppercase
    }
}
