namespace Mport.Server.Edge.Http;

/// <summary>What the target answered must not reach a visitor.</summary>
internal sealed class BadTargetResponseException(string what) : Exception(what);
