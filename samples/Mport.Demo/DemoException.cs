namespace Mport.Demo;

/// <summary>A failure whose message is for the user, without a stack trace.</summary>
internal sealed class DemoException(string message) : Exception(message);
