/// A value of a MATLAB file.
indirect enum MatValue: Equatable {
    /// The numbers of an array, column after column.
    case numbers([Double])
    case text(String)
    case cells([MatValue])
    /// The records of an array of structures, each with its fields.
    case records([[String: MatValue]])

    /// The one whole number that this is, in a cell or alone.
    var integer: Int? {
        switch self {
        case .numbers(let values) where values.count == 1: Int(exactly: values[0])
        case .cells(let values) where values.count == 1: values[0].integer
        default: nil
        }
    }

    /// The one text that this is, in a cell or alone.
    var string: String? {
        switch self {
        case .text(let text): text
        case .cells(let values) where values.count == 1: values[0].string
        default: nil
        }
    }
}
