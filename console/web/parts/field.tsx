import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

interface FieldProps {
  readonly label: string
  readonly hint?: string
  readonly name: string
  readonly type?: 'text' | 'password' | 'number' | 'date' | 'time'
  readonly defaultValue?: string
  readonly required?: boolean
  readonly min?: number | string
  readonly max?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly autocomplete?: 'off'
  readonly inputmode?: 'email'
  readonly pattern?: string
}

/** An input with its name above and, where it helps, a hint below. */
export function Field({ label, hint, type = 'text', ...input }: FieldProps) {
  const id = useId()
  const described = hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }
  // The types of JSX tell apart inputs that only their type tells apart.
  const attributes = { ...input, ...described, type, id } as JSX.IntrinsicElements['input']
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input {...attributes} />
      {hint === undefined ? null : (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      )}
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly children: ComponentChildren
  readonly name?: string
  readonly value?: string
  readonly required?: boolean
  readonly disabled?: boolean
  readonly onChange?: (value: string) => void
}

/** A choice with its name above. */
export function Choice({ label, children, onChange, ...select }: ChoiceProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select {...select} id={id} onChange={({ currentTarget }) => onChange?.(currentTarget.value)}>
        {children}
      </select>
    </div>
  )
}
