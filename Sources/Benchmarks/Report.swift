import Foundation

/// What a benchmark found.
struct Report {
    let preset: String
    let batchSize: Int
    let device: String
    let ours: Measurement
    let peakBytes: Int
    let pytorch: PyTorchTrainStep.Result

    private var rate: Double { Double(batchSize) / ours.median }

    var text: String {
        func line(_ name: String, _ measurement: Measurement) -> String {
            String(
                format: "%@: %.1f ms a step, %.1f images/s (median of %d)", name,
                measurement.median * 1000, Double(batchSize) / measurement.median,
                measurement.seconds.count)
        }
        var lines = [
            "train-step \(preset), batch \(batchSize), fp32", device, line("MMRunner", ours),
            String(format: "peak resident memory: %.0f MB", Double(peakBytes) / 1e6),
        ]
        switch pytorch {
        case .unavailable(let reason): lines.append("PyTorch: not measured (\(reason))")
        case .measured(let times, let version):
            lines.append(line("PyTorch \(version)", times))
            lines.append(
                String(format: "time relative to PyTorch: %.2f", ours.median / times.median))
        }
        return lines.joined(separator: "\n")
    }

    func json() throws -> String {
        var fields: [String: Any] = [
            "preset": preset, "batch_size": batchSize, "device": device,
            "median_seconds": ours.median, "images_per_second": rate,
            "peak_resident_bytes": peakBytes,
        ]
        if case .measured(let times, let version) = pytorch {
            fields["pytorch_version"] = version
            fields["pytorch_median_seconds"] = times.median
            fields["time_relative_to_pytorch"] = ours.median / times.median
        }
        let data = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }
}
