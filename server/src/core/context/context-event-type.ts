/** The type of the event that tells of every change of an entity. */
export const contextEventType = 'context.updated';
