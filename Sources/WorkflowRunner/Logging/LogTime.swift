import Foundation

/// A moment in local time, in the forms that logs and checkpoints use.
struct LogTime {
    private let year, month, day, hour, minute, second, millisecond, weekday: Int

    init(_ date: Date, timeZone: TimeZone = .current) {
        let milliseconds =
            Int((date.timeIntervalSince1970 * 1000).rounded(.down))
            + timeZone.secondsFromGMT(for: date) * 1000
        millisecond = Self.modulo(milliseconds, 1000)
        let seconds = Self.quotient(milliseconds, 1000)
        let days = Self.quotient(seconds, 86_400)
        let time = Self.modulo(seconds, 86_400)
        (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        // 1970 began on a Thursday.
        weekday = Self.modulo(days + 3, 7)
        (year, month, day) = Self.civil(days)
    }

    /// `2022-01-01 10:00:00,123`.
    var logPrefix: String {
        let date = [(year, 4), (month, 2), (day, 2)].map(PythonText.padded).joined(separator: "-")
        let time = [(hour, 2), (minute, 2), (second, 2)].map(PythonText.padded)
            .joined(separator: ":")
        return "\(date) \(time),\(PythonText.padded(millisecond, to: 3))"
    }

    /// The time as a log's lines tell it.
    func text(_ time: LineTime) -> String {
        switch time {
        case .mmcv: logPrefix
        case .mmengine: "\(PythonText.padded(year, to: 4))/\(dayAndTime)"
        case .mmengineConsole: dayAndTime
        }
    }

    /// `01/01 10:00:00`.
    private var dayAndTime: String {
        [(month, 2), (day, 2)].map(PythonText.padded).joined(separator: "/") + " "
            + [(hour, 2), (minute, 2), (second, 2)].map(PythonText.padded).joined(separator: ":")
    }

    /// `20220101_100000`.
    var timestamp: String {
        String(format: "%04d%02d%02d_%02d%02d%02d", year, month, day, hour, minute, second)
    }

    /// `Sat Jan  1 10:00:00 2022`, as Python's `time.asctime` writes it.
    var asctime: String {
        let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        return "\(weekdays[weekday]) \(months[month - 1]) "
            + String(format: "%2d %02d:%02d:%02d %d", day, hour, minute, second, year)
    }

    /// The Gregorian date of a day counted from 1970-01-01.
    ///
    /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = quotient(shifted, 146_097)
        let dayOfEra = modulo(shifted, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let civilMonth = month < 10 ? month + 3 : month - 9
        return (yearOfEra + era * 400 + (civilMonth <= 2 ? 1 : 0), civilMonth, day)
    }

    private static func quotient(_ a: Int, _ b: Int) -> Int { (a - modulo(a, b)) / b }
    private static func modulo(_ a: Int, _ b: Int) -> Int { (a % b + b) % b }
}
