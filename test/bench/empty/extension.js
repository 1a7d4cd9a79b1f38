// What an extension costs that does nothing: the base line of the activation bench.
exports.activate = () => {};
