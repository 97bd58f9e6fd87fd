// Tensors in pickles that stand alone.

extension PickleWriter {
    /// A NumPy array: an empty one that is given its state.
    mutating func append(array tensor: TorchTensor) throws(FileProblem) {
        guard let code = tensor.elementType.numpyCode else {
            throw FileProblem(
                "cannot write a NumPy array of \(tensor.elementType.rawValue)",
                remedy: "convert it to float32")
        }
        append(global: "numpy.core.multiarray", "_reconstruct")
        append(global: "numpy", "ndarray")
        append([0])
        append(Array("b".utf8))
        emit(.tuple3, .reduce, .mark)
        append(1)
        append(tensor.shape)
        append(dtype: code)
        // Elements go by rows.
        emit(.newFalse)
        append(tensor.elementBytes())
        emit(.tuple, .build)
    }

    private mutating func append(dtype code: String) {
        append(global: "numpy", "dtype")
        append(code)
        emit(.newFalse, .newTrue, .tuple3, .reduce, .mark)
        append(3)
        append(code.hasSuffix("1") ? "|" : "<")
        emit(.none, .none, .none)
        append(-1)
        append(-1)
        append(0)
        emit(.tuple, .build)
    }

    /// A storage that PyTorch reads from a file of its own in the pickle.
    mutating func appendEmbeddedStorage(_ tensor: TorchTensor) {
        append(global: "torch.storage", "_load_from_bytes")
        append(LegacyFile.bytes(of: tensor))
        emit(.tuple1, .reduce)
    }
}
