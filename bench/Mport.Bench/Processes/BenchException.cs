namespace Mport.Bench.Processes;

/// <summary>A measurement that cannot be made; the text says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
