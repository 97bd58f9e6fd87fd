import ArgumentParser
import Foundation
import TensorCore

/// Which convolution algorithms a step uses, and whether they are listed.
struct AlgorithmOptions: ParsableArguments {
    @Flag(help: "Times the algorithms of each convolution first, as cudnn_benchmark does.")
    var timeAlgorithms = false
    @Flag(help: "Lists the algorithm of every convolution and pass on standard error.")
    var explain = false

    func explain(_ device: Device) {
        for entry in device.algorithms.inUse {
            let line = "\(entry.operation): \(entry.algorithm.rawValue) (\(entry.implementation))\n"
            FileHandle.standardError.write(Data(line.utf8))
        }
    }
}
