namespace Mport.Server.Edge.Http;

/// <summary>No connection to the target came to be: nothing of the request was sent, so that another client may be tried.</summary>
internal class NotSentException(string message, Exception? cause = null) : IOException(message, cause);
